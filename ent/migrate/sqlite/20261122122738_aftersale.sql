-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_order_items" table
CREATE TABLE `new_order_items` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `product_id` blob NOT NULL, `sku_code` text NOT NULL, `title` text NOT NULL, `image_url` text NOT NULL DEFAULT (''), `weight_grams` integer NOT NULL DEFAULT (0), `deduction_mode` text NOT NULL, `gift_of_id` blob NULL, `currency` text NOT NULL, `unit_price` integer NOT NULL DEFAULT (0), `quantity` integer NOT NULL, `list_amount` integer NOT NULL DEFAULT (0), `payable` integer NOT NULL DEFAULT (0), `shares` json NOT NULL, `refundable` integer NOT NULL DEFAULT (0), `refundable_quantity` integer NOT NULL, `refunded` integer NOT NULL DEFAULT (0), `refunded_quantity` integer NOT NULL DEFAULT (0), `shipped_quantity` integer NOT NULL DEFAULT (0), `recalled_quantity` integer NOT NULL DEFAULT (0), `cancelled_quantity` integer NOT NULL DEFAULT (0), `short_quantity` integer NOT NULL DEFAULT (0), `after_sale_quantity` integer NOT NULL DEFAULT (0), `returned_quantity` integer NOT NULL DEFAULT (0), `created_at` datetime NOT NULL, `order_id` blob NOT NULL, `sku_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "order_items" to new temporary table "new_order_items"
INSERT INTO `new_order_items` (`id`, `shop_id`, `product_id`, `sku_code`, `title`, `image_url`, `weight_grams`, `deduction_mode`, `gift_of_id`, `currency`, `unit_price`, `quantity`, `list_amount`, `payable`, `shares`, `refundable`, `refundable_quantity`, `refunded_quantity`, `shipped_quantity`, `created_at`, `order_id`, `sku_id`, `sub_order_id`) SELECT `id`, `shop_id`, `product_id`, `sku_code`, `title`, `image_url`, `weight_grams`, `deduction_mode`, `gift_of_id`, `currency`, `unit_price`, `quantity`, `list_amount`, `payable`, `shares`, `refundable`, `refundable_quantity`, `refunded_quantity`, `shipped_quantity`, `created_at`, `order_id`, `sku_id`, `sub_order_id` FROM `order_items`;
-- Drop "order_items" table after copying rows
DROP TABLE `order_items`;
-- Rename temporary table "new_order_items" to "order_items"
ALTER TABLE `new_order_items` RENAME TO `order_items`;
-- Create index "orderitem_order_id" to table: "order_items"
CREATE INDEX `orderitem_order_id` ON `order_items` (`order_id`);
-- Create index "orderitem_sub_order_id" to table: "order_items"
CREATE INDEX `orderitem_sub_order_id` ON `order_items` (`sub_order_id`);
-- Create index "orderitem_sku_id" to table: "order_items"
CREATE INDEX `orderitem_sku_id` ON `order_items` (`sku_id`);
-- Create "new_refunds" table
CREATE TABLE `new_refunds` (`id` blob NOT NULL, `replaces_id` blob NULL, `trigger` text NOT NULL, `status` text NOT NULL, `currency` text NOT NULL, `amount` integer NOT NULL DEFAULT (0), `freight` integer NOT NULL DEFAULT (0), `channel_refund_id` text NULL, `failure` text NOT NULL DEFAULT (''), `succeeded_at` datetime NULL, `submitted_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `after_sale_id` blob NULL, `order_id` blob NOT NULL, `payment_id` blob NULL, `sub_order_id` blob NULL, `shop_id` blob NULL, `shortage_id` blob NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "refunds" to new temporary table "new_refunds"
INSERT INTO `new_refunds` (`id`, `replaces_id`, `trigger`, `status`, `currency`, `amount`, `freight`, `channel_refund_id`, `failure`, `succeeded_at`, `submitted_at`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `payment_id`, `sub_order_id`, `shop_id`) SELECT `id`, `replaces_id`, `trigger`, `status`, `currency`, `amount`, `freight`, `channel_refund_id`, `failure`, `succeeded_at`, `submitted_at`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `payment_id`, `sub_order_id`, `shop_id` FROM `refunds`;
-- Drop "refunds" table after copying rows
DROP TABLE `refunds`;
-- Rename temporary table "new_refunds" to "refunds"
ALTER TABLE `new_refunds` RENAME TO `refunds`;
-- Create index "refund_order_id" to table: "refunds"
CREATE INDEX `refund_order_id` ON `refunds` (`order_id`);
-- Create index "refund_payment_id" to table: "refunds"
CREATE INDEX `refund_payment_id` ON `refunds` (`payment_id`);
-- Create index "refund_sub_order_id" to table: "refunds"
CREATE INDEX `refund_sub_order_id` ON `refunds` (`sub_order_id`);
-- Create index "refund_shop_id" to table: "refunds"
CREATE INDEX `refund_shop_id` ON `refunds` (`shop_id`);
-- Create index "refund_next_attempt_at" to table: "refunds"
CREATE INDEX `refund_next_attempt_at` ON `refunds` (`next_attempt_at`);
-- Create index "refund_replaces_id" to table: "refunds"
CREATE UNIQUE INDEX `refund_replaces_id` ON `refunds` (`replaces_id`);
-- Create index "refund_after_sale_id" to table: "refunds"
CREATE INDEX `refund_after_sale_id` ON `refunds` (`after_sale_id`);
-- Create index "refund_shortage_id" to table: "refunds"
CREATE INDEX `refund_shortage_id` ON `refunds` (`shortage_id`);
-- Create "new_refund_lines" table
CREATE TABLE `new_refund_lines` (`id` blob NOT NULL, `quantity` integer NOT NULL, `unshipped` bool NOT NULL DEFAULT (false), `amount` integer NOT NULL DEFAULT (0), `currency` text NOT NULL, `created_at` datetime NOT NULL, `refund_id` blob NOT NULL, `item_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "refund_lines" to new temporary table "new_refund_lines"
INSERT INTO `new_refund_lines` (`id`, `quantity`, `amount`, `currency`, `created_at`, `refund_id`, `item_id`, `sub_order_id`) SELECT `id`, `quantity`, `amount`, `currency`, `created_at`, `refund_id`, `item_id`, `sub_order_id` FROM `refund_lines`;
-- Drop "refund_lines" table after copying rows
DROP TABLE `refund_lines`;
-- Rename temporary table "new_refund_lines" to "refund_lines"
ALTER TABLE `new_refund_lines` RENAME TO `refund_lines`;
-- Create index "refundline_refund_id" to table: "refund_lines"
CREATE INDEX `refundline_refund_id` ON `refund_lines` (`refund_id`);
-- Create index "refundline_item_id" to table: "refund_lines"
CREATE INDEX `refundline_item_id` ON `refund_lines` (`item_id`);
-- Create index "refundline_sub_order_id" to table: "refund_lines"
CREATE INDEX `refundline_sub_order_id` ON `refund_lines` (`sub_order_id`);
-- Create "new_reservations" table
CREATE TABLE `new_reservations` (`id` blob NOT NULL, `order_id` blob NOT NULL, `item_id` blob NOT NULL, `stock_id` blob NOT NULL, `quantity` integer NOT NULL, `status` text NOT NULL, `transfer_id` blob NULL, `after_sale_id` blob NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "reservations" to new temporary table "new_reservations"
INSERT INTO `new_reservations` (`id`, `order_id`, `item_id`, `stock_id`, `quantity`, `status`, `transfer_id`, `created_at`) SELECT `id`, `order_id`, `item_id`, `stock_id`, `quantity`, `status`, `transfer_id`, `created_at` FROM `reservations`;
-- Drop "reservations" table after copying rows
DROP TABLE `reservations`;
-- Rename temporary table "new_reservations" to "reservations"
ALTER TABLE `new_reservations` RENAME TO `reservations`;
-- Create index "reservation_order_id" to table: "reservations"
CREATE INDEX `reservation_order_id` ON `reservations` (`order_id`);
-- Create index "reservation_item_id" to table: "reservations"
CREATE INDEX `reservation_item_id` ON `reservations` (`item_id`);
-- Create index "reservation_stock_id_status" to table: "reservations"
CREATE INDEX `reservation_stock_id_status` ON `reservations` (`stock_id`, `status`);
-- Create index "reservation_transfer_id" to table: "reservations"
CREATE INDEX `reservation_transfer_id` ON `reservations` (`transfer_id`);
-- Create index "reservation_after_sale_id" to table: "reservations"
CREATE INDEX `reservation_after_sale_id` ON `reservations` (`after_sale_id`);
-- Create "new_sub_orders" table
CREATE TABLE `new_sub_orders` (`id` blob NOT NULL, `number` text NOT NULL, `buyer_id` blob NOT NULL, `logistics_class` text NOT NULL, `status` text NOT NULL, `close_reason` text NULL, `currency` text NOT NULL, `list_amount` integer NOT NULL DEFAULT (0), `goods_payable` integer NOT NULL DEFAULT (0), `freight_list` integer NOT NULL DEFAULT (0), `freight` integer NOT NULL DEFAULT (0), `freight_refundable` integer NOT NULL DEFAULT (0), `freight_refunded` integer NOT NULL DEFAULT (0), `freight_shares` json NOT NULL, `weight_grams` integer NOT NULL DEFAULT (0), `note` text NOT NULL DEFAULT (''), `address` blob NULL, `ship_due_at` datetime NULL, `reminded_at` datetime NULL, `shipped_at` datetime NULL, `receipt_due_at` datetime NULL, `receipt_extended` bool NOT NULL DEFAULT (false), `received_at` datetime NULL, `complete_due_at` datetime NULL, `completed_at` datetime NULL, `review_remind_at` datetime NULL, `awaiting_review` bool NOT NULL DEFAULT (false), `open_requests` integer NOT NULL DEFAULT (0), `paused_at` datetime NULL, `paused_seconds` integer NOT NULL DEFAULT (0), `closed_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "sub_orders" to new temporary table "new_sub_orders"
INSERT INTO `new_sub_orders` (`id`, `number`, `buyer_id`, `logistics_class`, `status`, `close_reason`, `currency`, `list_amount`, `goods_payable`, `freight_list`, `freight`, `freight_refundable`, `freight_shares`, `weight_grams`, `note`, `address`, `ship_due_at`, `reminded_at`, `shipped_at`, `receipt_due_at`, `receipt_extended`, `received_at`, `complete_due_at`, `completed_at`, `review_remind_at`, `awaiting_review`, `open_requests`, `closed_at`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `shop_id`, `warehouse_id`) SELECT `id`, `number`, `buyer_id`, `logistics_class`, `status`, `close_reason`, `currency`, `list_amount`, `goods_payable`, `freight_list`, `freight`, `freight_refundable`, `freight_shares`, `weight_grams`, `note`, `address`, `ship_due_at`, `reminded_at`, `shipped_at`, `receipt_due_at`, `receipt_extended`, `received_at`, `complete_due_at`, `completed_at`, `review_remind_at`, `awaiting_review`, `open_requests`, `closed_at`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `shop_id`, `warehouse_id` FROM `sub_orders`;
-- Drop "sub_orders" table after copying rows
DROP TABLE `sub_orders`;
-- Rename temporary table "new_sub_orders" to "sub_orders"
ALTER TABLE `new_sub_orders` RENAME TO `sub_orders`;
-- Create index "suborder_number" to table: "sub_orders"
CREATE UNIQUE INDEX `suborder_number` ON `sub_orders` (`number`);
-- Create index "suborder_order_id" to table: "sub_orders"
CREATE INDEX `suborder_order_id` ON `sub_orders` (`order_id`);
-- Create index "suborder_shop_id_status" to table: "sub_orders"
CREATE INDEX `suborder_shop_id_status` ON `sub_orders` (`shop_id`, `status`);
-- Create index "suborder_buyer_id_status" to table: "sub_orders"
CREATE INDEX `suborder_buyer_id_status` ON `sub_orders` (`buyer_id`, `status`);
-- Create index "suborder_warehouse_id_status" to table: "sub_orders"
CREATE INDEX `suborder_warehouse_id_status` ON `sub_orders` (`warehouse_id`, `status`);
-- Create index "suborder_status_ship_due_at" to table: "sub_orders"
CREATE INDEX `suborder_status_ship_due_at` ON `sub_orders` (`status`, `ship_due_at`);
-- Create index "suborder_status_receipt_due_at" to table: "sub_orders"
CREATE INDEX `suborder_status_receipt_due_at` ON `sub_orders` (`status`, `receipt_due_at`);
-- Create index "suborder_status_complete_due_at" to table: "sub_orders"
CREATE INDEX `suborder_status_complete_due_at` ON `sub_orders` (`status`, `complete_due_at`);
-- Create index "suborder_review_remind_at" to table: "sub_orders"
CREATE INDEX `suborder_review_remind_at` ON `sub_orders` (`review_remind_at`);
-- Create index "suborder_buyer_id_awaiting_review" to table: "sub_orders"
CREATE INDEX `suborder_buyer_id_awaiting_review` ON `sub_orders` (`buyer_id`, `awaiting_review`);
-- Create "new_shipments" table
CREATE TABLE `new_shipments` (`id` blob NOT NULL, `number` text NOT NULL, `purpose` text NOT NULL, `stage` text NOT NULL, `carrier_stage` text NULL, `carrier` text NOT NULL DEFAULT (''), `tracking_number` text NOT NULL DEFAULT (''), `corrected_at` datetime NULL, `handed_over_at` datetime NULL, `delivered_at` datetime NULL, `tracking_stale_since` datetime NULL, `subscribed` bool NOT NULL DEFAULT (false), `needs_merchant` bool NOT NULL DEFAULT (false), `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `after_sale_id` blob NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "shipments" to new temporary table "new_shipments"
INSERT INTO `new_shipments` (`id`, `number`, `purpose`, `stage`, `carrier_stage`, `carrier`, `tracking_number`, `corrected_at`, `handed_over_at`, `delivered_at`, `tracking_stale_since`, `subscribed`, `needs_merchant`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `shop_id`, `warehouse_id`) SELECT `id`, `number`, `purpose`, `stage`, `carrier_stage`, `carrier`, `tracking_number`, `corrected_at`, `handed_over_at`, `delivered_at`, `tracking_stale_since`, `subscribed`, `needs_merchant`, `created_at`, `next_attempt_at`, `attempts`, `claimed_until`, `order_id`, `shop_id`, `warehouse_id` FROM `shipments`;
-- Drop "shipments" table after copying rows
DROP TABLE `shipments`;
-- Rename temporary table "new_shipments" to "shipments"
ALTER TABLE `new_shipments` RENAME TO `shipments`;
-- Create index "shipment_number" to table: "shipments"
CREATE UNIQUE INDEX `shipment_number` ON `shipments` (`number`);
-- Create index "shipment_order_id" to table: "shipments"
CREATE INDEX `shipment_order_id` ON `shipments` (`order_id`);
-- Create index "shipment_shop_id_stage" to table: "shipments"
CREATE INDEX `shipment_shop_id_stage` ON `shipments` (`shop_id`, `stage`);
-- Create index "shipment_warehouse_id_stage" to table: "shipments"
CREATE INDEX `shipment_warehouse_id_stage` ON `shipments` (`warehouse_id`, `stage`);
-- Create index "shipment_tracking_number" to table: "shipments"
CREATE INDEX `shipment_tracking_number` ON `shipments` (`tracking_number`);
-- Create index "shipment_after_sale_id" to table: "shipments"
CREATE INDEX `shipment_after_sale_id` ON `shipments` (`after_sale_id`);
-- Create index "shipment_next_attempt_at" to table: "shipments"
CREATE INDEX `shipment_next_attempt_at` ON `shipments` (`next_attempt_at`);
-- Create "after_sales" table
CREATE TABLE `after_sales` (`id` blob NOT NULL, `number` text NOT NULL, `buyer_id` blob NOT NULL, `kind` text NOT NULL, `goods` text NOT NULL, `way` text NULL, `reason` text NOT NULL, `text` text NOT NULL DEFAULT (''), `opened_by` text NOT NULL, `status` text NOT NULL, `currency` text NOT NULL, `amount` integer NOT NULL DEFAULT (0), `freight` integer NOT NULL DEFAULT (0), `trigger` text NULL, `liable` text NULL, `rejection` text NULL, `proposal` json NULL, `return_warehouse_id` blob NULL, `return_address` blob NULL, `goods_back` bool NOT NULL DEFAULT (false), `split_from_id` blob NULL, `due_at` datetime NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `shop_id` blob NOT NULL, `shipment_id` blob NULL, `order_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "aftersale_number" to table: "after_sales"
CREATE UNIQUE INDEX `aftersale_number` ON `after_sales` (`number`);
-- Create index "aftersale_order_id" to table: "after_sales"
CREATE INDEX `aftersale_order_id` ON `after_sales` (`order_id`);
-- Create index "aftersale_sub_order_id" to table: "after_sales"
CREATE INDEX `aftersale_sub_order_id` ON `after_sales` (`sub_order_id`);
-- Create index "aftersale_shop_id_status" to table: "after_sales"
CREATE INDEX `aftersale_shop_id_status` ON `after_sales` (`shop_id`, `status`);
-- Create index "aftersale_buyer_id_status" to table: "after_sales"
CREATE INDEX `aftersale_buyer_id_status` ON `after_sales` (`buyer_id`, `status`);
-- Create index "aftersale_status_due_at" to table: "after_sales"
CREATE INDEX `aftersale_status_due_at` ON `after_sales` (`status`, `due_at`);
-- Create index "aftersale_shipment_id" to table: "after_sales"
CREATE INDEX `aftersale_shipment_id` ON `after_sales` (`shipment_id`);
-- Create index "aftersale_split_from_id" to table: "after_sales"
CREATE INDEX `aftersale_split_from_id` ON `after_sales` (`split_from_id`);
-- Create index "aftersale_return_warehouse_id_status" to table: "after_sales"
CREATE INDEX `aftersale_return_warehouse_id_status` ON `after_sales` (`return_warehouse_id`, `status`);
-- Create "after_sale_lines" table
CREATE TABLE `after_sale_lines` (`id` blob NOT NULL, `quantity` integer NOT NULL, `amount` integer NOT NULL DEFAULT (0), `currency` text NOT NULL, `good_quantity` integer NOT NULL DEFAULT (0), `damaged_quantity` integer NOT NULL DEFAULT (0), `created_at` datetime NOT NULL, `after_sale_id` blob NOT NULL, `item_id` blob NOT NULL, `exchange_sku_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "aftersaleline_after_sale_id_item_id" to table: "after_sale_lines"
CREATE UNIQUE INDEX `aftersaleline_after_sale_id_item_id` ON `after_sale_lines` (`after_sale_id`, `item_id`);
-- Create index "aftersaleline_item_id" to table: "after_sale_lines"
CREATE INDEX `aftersaleline_item_id` ON `after_sale_lines` (`item_id`);
-- Create index "aftersaleline_exchange_sku_id" to table: "after_sale_lines"
CREATE INDEX `aftersaleline_exchange_sku_id` ON `after_sale_lines` (`exchange_sku_id`);
-- Create "after_sale_messages" table
CREATE TABLE `after_sale_messages` (`id` blob NOT NULL, `kind` text NOT NULL, `author_role` text NOT NULL, `author` text NOT NULL DEFAULT (''), `text` text NOT NULL DEFAULT (''), `images` json NOT NULL, `created_at` datetime NOT NULL, `after_sale_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "aftersalemessage_after_sale_id" to table: "after_sale_messages"
CREATE INDEX `aftersalemessage_after_sale_id` ON `after_sale_messages` (`after_sale_id`);
-- Create "interceptions" table
CREATE TABLE `interceptions` (`id` blob NOT NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `status` text NOT NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `after_sale_id` blob NOT NULL, `shipment_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "interception_order_id" to table: "interceptions"
CREATE INDEX `interception_order_id` ON `interceptions` (`order_id`);
-- Create index "interception_shop_id" to table: "interceptions"
CREATE INDEX `interception_shop_id` ON `interceptions` (`shop_id`);
-- Create index "interception_shipment_id" to table: "interceptions"
CREATE INDEX `interception_shipment_id` ON `interceptions` (`shipment_id`);
-- Create index "interception_after_sale_id" to table: "interceptions"
CREATE INDEX `interception_after_sale_id` ON `interceptions` (`after_sale_id`);
-- Create index "interception_next_attempt_at" to table: "interceptions"
CREATE INDEX `interception_next_attempt_at` ON `interceptions` (`next_attempt_at`);
-- Create "shortages" table
CREATE TABLE `shortages` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `quantity` integer NOT NULL, `cause` text NOT NULL, `status` text NOT NULL, `options` json NULL, `offered_warehouse_id` blob NULL, `transfer_id` blob NULL, `due_at` datetime NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `order_id` blob NOT NULL, `sub_order_id` blob NOT NULL, `item_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "shortage_order_id" to table: "shortages"
CREATE INDEX `shortage_order_id` ON `shortages` (`order_id`);
-- Create index "shortage_item_id" to table: "shortages"
CREATE INDEX `shortage_item_id` ON `shortages` (`item_id`);
-- Create index "shortage_sub_order_id" to table: "shortages"
CREATE INDEX `shortage_sub_order_id` ON `shortages` (`sub_order_id`);
-- Create index "shortage_shop_id_status" to table: "shortages"
CREATE INDEX `shortage_shop_id_status` ON `shortages` (`shop_id`, `status`);
-- Create index "shortage_buyer_id_status" to table: "shortages"
CREATE INDEX `shortage_buyer_id_status` ON `shortages` (`buyer_id`, `status`);
-- Create index "shortage_warehouse_id_status" to table: "shortages"
CREATE INDEX `shortage_warehouse_id_status` ON `shortages` (`warehouse_id`, `status`);
-- Create index "shortage_status_due_at" to table: "shortages"
CREATE INDEX `shortage_status_due_at` ON `shortages` (`status`, `due_at`);
-- Create index "shortage_offered_warehouse_id" to table: "shortages"
CREATE INDEX `shortage_offered_warehouse_id` ON `shortages` (`offered_warehouse_id`);
-- Create index "shortage_transfer_id" to table: "shortages"
CREATE INDEX `shortage_transfer_id` ON `shortages` (`transfer_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
