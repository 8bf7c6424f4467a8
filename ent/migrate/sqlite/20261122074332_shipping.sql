-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create index "order_buyer_id_created_at" to table: "orders"
CREATE INDEX `order_buyer_id_created_at` ON `orders` (`buyer_id`, `created_at`);
-- Create "new_reservations" table
CREATE TABLE `new_reservations` (`id` blob NOT NULL, `order_id` blob NOT NULL, `item_id` blob NOT NULL, `stock_id` blob NOT NULL, `quantity` integer NOT NULL, `status` text NOT NULL, `transfer_id` blob NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "reservations" to new temporary table "new_reservations"
INSERT INTO `new_reservations` (`id`, `order_id`, `item_id`, `stock_id`, `quantity`, `status`, `created_at`) SELECT `id`, `order_id`, `item_id`, `stock_id`, `quantity`, `status`, `created_at` FROM `reservations`;
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
-- Create "new_stock_movements" table
CREATE TABLE `new_stock_movements` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `on_hand_delta` integer NOT NULL, `reserved_delta` integer NOT NULL, `cause` text NOT NULL, `reservation_id` blob NULL, `transfer_id` blob NULL, `note` text NOT NULL DEFAULT (''), `actor_role` text NOT NULL, `actor` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `stock_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "stock_movements" to new temporary table "new_stock_movements"
INSERT INTO `new_stock_movements` (`id`, `shop_id`, `on_hand_delta`, `reserved_delta`, `cause`, `reservation_id`, `note`, `actor_role`, `actor`, `created_at`, `stock_id`) SELECT `id`, `shop_id`, `on_hand_delta`, `reserved_delta`, `cause`, `reservation_id`, `note`, `actor_role`, `actor`, `created_at`, `stock_id` FROM `stock_movements`;
-- Drop "stock_movements" table after copying rows
DROP TABLE `stock_movements`;
-- Rename temporary table "new_stock_movements" to "stock_movements"
ALTER TABLE `new_stock_movements` RENAME TO `stock_movements`;
-- Create index "stockmovement_stock_id" to table: "stock_movements"
CREATE INDEX `stockmovement_stock_id` ON `stock_movements` (`stock_id`);
-- Create index "stockmovement_shop_id" to table: "stock_movements"
CREATE INDEX `stockmovement_shop_id` ON `stock_movements` (`shop_id`);
-- Create index "stockmovement_reservation_id" to table: "stock_movements"
CREATE INDEX `stockmovement_reservation_id` ON `stock_movements` (`reservation_id`);
-- Create index "stockmovement_transfer_id" to table: "stock_movements"
CREATE INDEX `stockmovement_transfer_id` ON `stock_movements` (`transfer_id`);
-- Create "new_sub_orders" table
CREATE TABLE `new_sub_orders` (`id` blob NOT NULL, `number` text NOT NULL, `buyer_id` blob NOT NULL, `logistics_class` text NOT NULL, `status` text NOT NULL, `close_reason` text NULL, `currency` text NOT NULL, `list_amount` integer NOT NULL DEFAULT (0), `goods_payable` integer NOT NULL DEFAULT (0), `freight_list` integer NOT NULL DEFAULT (0), `freight` integer NOT NULL DEFAULT (0), `freight_refundable` integer NOT NULL DEFAULT (0), `freight_shares` json NOT NULL, `weight_grams` integer NOT NULL DEFAULT (0), `note` text NOT NULL DEFAULT (''), `address` blob NULL, `ship_due_at` datetime NULL, `reminded_at` datetime NULL, `shipped_at` datetime NULL, `receipt_due_at` datetime NULL, `receipt_extended` bool NOT NULL DEFAULT (false), `received_at` datetime NULL, `complete_due_at` datetime NULL, `completed_at` datetime NULL, `review_remind_at` datetime NULL, `awaiting_review` bool NOT NULL DEFAULT (false), `open_requests` integer NOT NULL DEFAULT (0), `closed_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "sub_orders" to new temporary table "new_sub_orders"
INSERT INTO `new_sub_orders` (`id`, `number`, `buyer_id`, `logistics_class`, `status`, `close_reason`, `currency`, `list_amount`, `goods_payable`, `freight_list`, `freight`, `freight_refundable`, `freight_shares`, `weight_grams`, `note`, `ship_due_at`, `closed_at`, `created_at`, `order_id`, `shop_id`, `warehouse_id`) SELECT `id`, `number`, `buyer_id`, `logistics_class`, `status`, `close_reason`, `currency`, `list_amount`, `goods_payable`, `freight_list`, `freight`, `freight_refundable`, `freight_shares`, `weight_grams`, `note`, `ship_due_at`, `closed_at`, `created_at`, `order_id`, `shop_id`, `warehouse_id` FROM `sub_orders`;
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
-- Create "address_changes" table
CREATE TABLE `address_changes` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `status` text NOT NULL, `region` text NOT NULL, `address` blob NULL, `reason` text NOT NULL DEFAULT (''), `answered_at` datetime NULL, `created_at` datetime NOT NULL, `order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "addresschange_order_id" to table: "address_changes"
CREATE INDEX `addresschange_order_id` ON `address_changes` (`order_id`);
-- Create index "addresschange_shop_id_status" to table: "address_changes"
CREATE INDEX `addresschange_shop_id_status` ON `address_changes` (`shop_id`, `status`);
-- Create "memos" table
CREATE TABLE `memos` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `author_id` blob NOT NULL, `text` text NOT NULL, `created_at` datetime NOT NULL, `order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "memo_order_id" to table: "memos"
CREATE INDEX `memo_order_id` ON `memos` (`order_id`);
-- Create index "memo_shop_id" to table: "memos"
CREATE INDEX `memo_shop_id` ON `memos` (`shop_id`);
-- Create "reviews" table
CREATE TABLE `reviews` (`id` blob NOT NULL, `order_id` blob NOT NULL, `sub_order_id` blob NOT NULL, `shop_id` blob NOT NULL, `product_id` blob NOT NULL, `sku_id` blob NOT NULL, `buyer_id` blob NOT NULL, `rating` integer NOT NULL, `text` text NOT NULL DEFAULT (''), `appended` text NOT NULL DEFAULT (''), `appended_at` datetime NULL, `reply` text NOT NULL DEFAULT (''), `replied_at` datetime NULL, `created_at` datetime NOT NULL, `item_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "reviews_item_id_key" to table: "reviews"
CREATE UNIQUE INDEX `reviews_item_id_key` ON `reviews` (`item_id`);
-- Create index "review_item_id" to table: "reviews"
CREATE UNIQUE INDEX `review_item_id` ON `reviews` (`item_id`);
-- Create index "review_order_id" to table: "reviews"
CREATE INDEX `review_order_id` ON `reviews` (`order_id`);
-- Create index "review_sub_order_id" to table: "reviews"
CREATE INDEX `review_sub_order_id` ON `reviews` (`sub_order_id`);
-- Create index "review_shop_id" to table: "reviews"
CREATE INDEX `review_shop_id` ON `reviews` (`shop_id`);
-- Create index "review_product_id" to table: "reviews"
CREATE INDEX `review_product_id` ON `reviews` (`product_id`);
-- Create index "review_sku_id" to table: "reviews"
CREATE INDEX `review_sku_id` ON `reviews` (`sku_id`);
-- Create index "review_buyer_id" to table: "reviews"
CREATE INDEX `review_buyer_id` ON `reviews` (`buyer_id`);
-- Create "shipments" table
CREATE TABLE `shipments` (`id` blob NOT NULL, `number` text NOT NULL, `shop_id` blob NOT NULL, `purpose` text NOT NULL, `stage` text NOT NULL, `carrier_stage` text NULL, `carrier` text NOT NULL DEFAULT (''), `tracking_number` text NOT NULL DEFAULT (''), `corrected_at` datetime NULL, `handed_over_at` datetime NULL, `delivered_at` datetime NULL, `tracking_stale_since` datetime NULL, `subscribed` bool NOT NULL DEFAULT (false), `needs_merchant` bool NOT NULL DEFAULT (false), `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claimed_until` datetime NULL, `order_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
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
-- Create index "shipment_next_attempt_at" to table: "shipments"
CREATE INDEX `shipment_next_attempt_at` ON `shipments` (`next_attempt_at`);
-- Create "shipment_items" table
CREATE TABLE `shipment_items` (`id` blob NOT NULL, `quantity` integer NOT NULL, `created_at` datetime NOT NULL, `shipment_id` blob NOT NULL, `item_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "shipmentitem_shipment_id_item_id" to table: "shipment_items"
CREATE UNIQUE INDEX `shipmentitem_shipment_id_item_id` ON `shipment_items` (`shipment_id`, `item_id`);
-- Create index "shipmentitem_item_id" to table: "shipment_items"
CREATE INDEX `shipmentitem_item_id` ON `shipment_items` (`item_id`);
-- Create index "shipmentitem_sub_order_id" to table: "shipment_items"
CREATE INDEX `shipmentitem_sub_order_id` ON `shipment_items` (`sub_order_id`);
-- Create "stock_transfers" table
CREATE TABLE `stock_transfers` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `order_id` blob NULL, `item_id` blob NULL, `status` text NOT NULL, `quantity` integer NOT NULL, `received_quantity` integer NOT NULL DEFAULT (0), `lost_quantity` integer NOT NULL DEFAULT (0), `note` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `sku_id` blob NOT NULL, `from_warehouse_id` blob NOT NULL, `to_warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "stocktransfer_shop_id_status" to table: "stock_transfers"
CREATE INDEX `stocktransfer_shop_id_status` ON `stock_transfers` (`shop_id`, `status`);
-- Create index "stocktransfer_sku_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_sku_id` ON `stock_transfers` (`sku_id`);
-- Create index "stocktransfer_order_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_order_id` ON `stock_transfers` (`order_id`);
-- Create index "stocktransfer_item_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_item_id` ON `stock_transfers` (`item_id`);
-- Create index "stocktransfer_from_warehouse_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_from_warehouse_id` ON `stock_transfers` (`from_warehouse_id`);
-- Create index "stocktransfer_to_warehouse_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_to_warehouse_id` ON `stock_transfers` (`to_warehouse_id`);
-- Create "tracking_events" table
CREATE TABLE `tracking_events` (`id` blob NOT NULL, `occurred_at` datetime NOT NULL, `stage` text NOT NULL, `correction` bool NOT NULL DEFAULT (false), `text` text NOT NULL DEFAULT (''), `location` text NOT NULL DEFAULT (''), `fingerprint` blob NULL, `created_at` datetime NOT NULL, `shipment_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "trackingevent_shipment_id_fingerprint" to table: "tracking_events"
CREATE UNIQUE INDEX `trackingevent_shipment_id_fingerprint` ON `tracking_events` (`shipment_id`, `fingerprint`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
